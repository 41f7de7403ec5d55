using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Ferry.App.Metrics;

/// <summary>
/// The figures of the node in this process, in the text format of Prometheus (0.0.4). It adds up from the moment that
/// it is made: a node that is started afterwards, and again after a fault, is counted from its beginning. In none of
/// the figures is the name or the id of a file or a node.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    public const string MeterOfNodes = "Ferry";
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly string _version;

    public MetricsPage(string meter, string version)
    {
        _version = version;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter) listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Take(value, tags, family));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Take(value, tags, family));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Take(value, tags, family));
        _listener.Start();
    }

    public string Text()
    {
        var page = new StringBuilder();
        lock (_gate)
        {
            foreach (var family in _families.Values) family.Forget();
            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values) family.Write(page);
        }
        One(page, "ferry_build_info", "gauge", "The version of the program", $"{{version=\"{_version}\"}}", 1);
        One(page, "process_cpu_seconds_total", "counter", "Processor time of the node, user and system", "",
            Environment.CpuUsage.TotalTime.TotalSeconds);
        One(page, "process_resident_memory_bytes", "gauge", "Memory of the node that is resident", "",
            Environment.WorkingSet);
        return page.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private Family FamilyOf(Instrument instrument)
    {
        var made = new Family(instrument);
        lock (_gate)
        {
            // Of a node that has started again: it goes on where the last one ended.
            if (_families.TryGetValue(made.Name, out var family)) return family;
            _families.Add(made.Name, made);
            return made;
        }
    }

    private void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family)
    {
        lock (_gate) ((Family)family!).Take(value, tags);
    }

    private static void One(
        StringBuilder page, string name, string type, string help, string labels, double value) =>
        page.Append(
            CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name}{labels} {value:R}\n");
}
