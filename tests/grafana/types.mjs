// usage: node types.mjs FOLDER DASHBOARD.json...
//
// Checks dashboards against the types of @grafana/schema that are installed in FOLDER, as
// package.json has them. Prints what each version says against each, one line a finding, and exits
// with 1 if there is any.
//
// A dashboard is written as TypeScript, a constant for each of its parts, so that a name that is not
// of its type is an error everywhere. The words of Grafana's enums stand there as they are in JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [folder, ...files] = process.argv.slice(2);
const root = resolve(folder);
const ts = createRequire(join(root, "package.json"))("typescript");
const VERSIONS = ["schema10", "schema11", "schema12", "schema13"];

const head = (version) => `
import type {
    BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, Dashboard, DataQuery,
    FieldConfig, GraphFieldConfig, OptionsWithLegend, OptionsWithTooltip, Panel, RowPanel,
    SingleStatBaseOptions, VariableModel,
} from "${version}";
type Plain<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
    : T extends Array<infer E> ? Array<Plain<E>> : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };
type Query = Known<DataQuery> & {
    expr: string, legendFormat: string, editorMode: "code", range: boolean, instant: boolean,
    datasource: { type: string, uid: string },
};
type Options = {
    timeseries: OptionsWithLegend & OptionsWithTooltip,
    stat: SingleStatBaseOptions & {
        colorMode: BigValueColorMode, graphMode: BigValueGraphMode, justifyMode: BigValueJustifyMode,
        textMode: BigValueTextMode,
    },
};
`;

// What is looked at by itself is left out of the whole.
function without(object, ...names) {
    return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function* panels(list) {
    for (const panel of list) {
        yield panel;
        yield* panels(panel.panels ?? []);
    }
}

function* parts(dashboard) {
    yield ["Omit<Known<Dashboard>, 'panels' | 'templating'>", without(dashboard, "panels", "templating")];
    yield ["{ list: Array<Known<VariableModel>> }", dashboard.templating];
    for (const panel of panels(dashboard.panels)) {
        if (panel.type === "row") {
            yield ["Omit<Known<RowPanel>, 'panels'>", without(panel, "panels")];
            continue;
        }
        yield ["Omit<Known<Panel>, 'fieldConfig' | 'options' | 'targets'>",
            without(panel, "fieldConfig", "options", "targets")];
        yield [`Options[${JSON.stringify(panel.type)}]`, panel.options];
        yield ["Array<Query>", panel.targets];
        yield ["Omit<Known<FieldConfig>, 'custom'>", without(panel.fieldConfig.defaults, "custom")];
        yield ["NonNullable<Panel['fieldConfig']>", { ...panel.fieldConfig, defaults: {} }];
        yield ["GraphFieldConfig", panel.fieldConfig.defaults.custom ?? {}];
    }
}

const read = new Map();     // the types are read once

function findings(version, dashboard) {
    const name = join(root, `dashboard-${version}.ts`);
    const text = head(version) + [...parts(dashboard)].map(([type, value], i) =>
        `export const part${i}: Plain<${type}> = ${JSON.stringify(value)};\n`).join("");
    const options = {
        noEmit: true, strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, getSourceFile } = host;
    host.fileExists = (file) => file === name || fileExists(file);
    host.getSourceFile = (file, ...rest) => {
        if (file === name) {
            return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
        }
        if (!read.has(file)) {
            read.set(file, getSourceFile.call(host, file, ...rest));
        }
        return read.get(file);
    };
    const program = ts.createProgram([name], options, host);
    return ts.getPreEmitDiagnostics(program)
        .map((one) => ts.flattenDiagnosticMessageText(one.messageText, " "));
}

let found = 0;
for (const file of files) {
    const dashboard = JSON.parse(readFileSync(file, "utf8"));
    for (const version of VERSIONS) {
        for (const finding of findings(version, dashboard)) {
            console.log(`${file}: ${version}: ${finding}`);
            found++;
        }
    }
}
process.exit(found > 0 ? 1 : 0);
