#include "diagnose/stat.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double stat_median(double *values, size_t count)
{
    if (count == 0) {
        return NAN;
    }
    qsort(values, count, sizeof *values, ascending);
    size_t half = count / 2;
    return count % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double stat_middle(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return count > 0 ? values[(count - 1) / 2] : NAN;
}

double stat_percentile(double *values, size_t count, double q)
{
    if (count == 0) {
        return NAN;
    }
    qsort(values, count, sizeof *values, ascending);
    size_t rank = (size_t)ceil(q * (double)count);
    return values[rank > 0 ? rank - 1 : 0];
}

double stat_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return count ? sum / (double)count : NAN;
}

double stat_spread(double *values, size_t count, double centre)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = fabs(values[i] - centre);
    }
    return 1.4826 * stat_median(values, count);
}

struct interval stat_wilson(double k, double n)
{
    const double z = STAT_Z95;
    if (!(n > 0)) {
        return (struct interval){NAN, NAN};
    }
    double p = k / n;
    double middle = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    double scale = 1 + z * z / n;
    return (struct interval){fmax(0, (middle - half) / scale), fmin(1, (middle + half) / scale)};
}

double stat_binomial_tail(double k, double n, double p)
{
    if (isnan(k) || isnan(n) || isnan(p)) {
        return NAN;
    }
    k = round(k);
    n = round(n);
    if (k <= 0 || p >= 1) {
        return 1;
    }
    if (k > n || p <= 0) {
        return 0;
    }
    double mode = floor((n + 1) * p);
    double from = fmax(k, mode); // terms only fall from here
    double first = exp(lgamma(n + 1) - lgamma(from + 1) - lgamma(n - from + 1) + from * log(p) +
                       (n - from) * log1p(-p));
    double sum = 0, term = first;
    for (double i = from; i <= n && term > sum * 1e-12; i++) {
        sum += term;
        term *= (n - i) / (i + 1) * p / (1 - p);
    }
    term = first;
    for (double i = from; i > k && term > sum * 1e-12; i--) {
        term *= i / (n - i + 1) * (1 - p) / p;
        sum += term;
    }
    return fmin(1, sum);
}

double stat_poisson_high(double count)
{
    const double z = STAT_Z95;
    return count + z * z / 2 + z * sqrt(count + z * z / 4);
}

double stat_poisson_tail(double count, double expected)
{
    if (isnan(count) || isnan(expected)) {
        return NAN;
    }
    count = round(count);
    if (count <= 0 || expected <= 0) {
        return count <= 0;
    }
    double from = fmax(count, floor(expected)); // terms only fall from here
    double first = exp(from * log(expected) - expected - lgamma(from + 1));
    double sum = 0, term = first;
    for (double i = from; term > sum * 1e-12; i++) {
        sum += term;
        term *= expected / (i + 1);
    }
    term = first;
    for (double i = from; i > count && term > sum * 1e-12; i--) {
        term *= i / expected;
        sum += term;
    }
    return fmin(1, sum);
}
