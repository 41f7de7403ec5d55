using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Ferry.App.Metrics;

/// <summary>
/// All that one instrument has measured, as a metric of Prometheus: named in its way, with a series for each
/// combination of labels. Its owner sees to it that one thread at a time calls.
/// </summary>
internal sealed class Family
{
    /// <summary>Ours have a handful; whatever comes beyond that is not taken for a series of its own.</summary>
    private const int SeriesMax = 64;

    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly string _help;
    private readonly string _type;
    private readonly bool _adds;
    private readonly IReadOnlyList<double>? _bounds;

    public Family(Instrument instrument)
    {
        _help = instrument.Description ?? "";
        _adds = instrument is Counter<long> or Counter<int> or Counter<double>;
        _bounds = instrument is Histogram<double> histogram ? histogram.Advice?.HistogramBucketBoundaries ?? [] : null;
        _type = _bounds is not null ? "histogram" : _adds ? "counter" : "gauge";
        Name = NameOf(instrument, _adds);
    }

    public string Name { get; }

    /// <summary>Of what is observed, only what was observed last is there.</summary>
    public void Forget()
    {
        if (_type == "gauge") _series.Clear();
    }

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count == SeriesMax) return;
            _series.Add(labels, series = new Series(_bounds?.Count ?? 0));
        }
        series.Sum = _adds || _bounds is not null ? series.Sum + value : value;
        series.Count++;
        if (_bounds is null) return;
        for (var at = 0; at < _bounds.Count; at++)
        {
            if (value <= _bounds[at]) series.Within[at]++;
        }
    }

    public void Write(StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_help}\n# TYPE {Name} {_type}\n");
        foreach (var (labels, series) in _series)
        {
            if (_bounds is null) Line(page, "", labels, series.Sum);
            else Write(page, labels, series, _bounds);
        }
    }

    private void Write(StringBuilder page, string labels, Series series, IReadOnlyList<double> bounds)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        for (var at = 0; at < bounds.Count; at++)
        {
            Line(page, "_bucket", $"{before}le=\"{Number(bounds[at])}\"", series.Within[at]);
        }
        Line(page, "_bucket", $"{before}le=\"+Inf\"", series.Count);
        Line(page, "_sum", labels, series.Sum);
        Line(page, "_count", labels, series.Count);
    }

    private void Line(StringBuilder page, string ending, string labels, double value)
    {
        page.Append(Name).Append(ending);
        if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>ferry.bulk.received</c> in bytes: <c>ferry_bulk_received_bytes_total</c>.</summary>
    private static string NameOf(Instrument instrument, bool adds)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch { "By" => "_bytes", "s" => "_seconds", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return adds ? name + "_total" : name;
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var labels = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Add($"{name}=\"{text}\"");
        }
        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private sealed class Series(int bounds)
    {
        public double Sum { get; set; }
        public long Count { get; set; }
        public long[] Within { get; } = new long[bounds];
    }
}
