using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ferry.Runtime.Diagnostics;

namespace Ferry.Tests.Runtime.Diagnostics;

/// <summary>What a meter says of one node: sums of counters, last values of gauges, counts of histograms.</summary>
internal sealed class Figures : IDisposable
{
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public Figures(string node)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOf(node, instrument)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>By the instrument's name and its tags: <c>ferry.links tcp</c>.</summary>
    public double this[string name] => _values.GetValueOrDefault(name);

    /// <summary>What instruments there are.</summary>
    public static IReadOnlyList<string> Published(string node)
    {
        var names = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (IsOf(node, instrument)) names.Add(instrument.Name);
            },
        };
        listener.Start();
        return names;
    }

    public void Look() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private static bool IsOf(string node, Instrument instrument) => instrument.Meter.Name == NodeMeter.Name
        && (instrument.Meter.Tags?.Any(tag => tag.Key == "node" && (string?)tag.Value == node) ?? false);

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var tag in tags) name += $" {tag.Value}";
        if (instrument.IsObservable) _values[name] = value;
        else if (instrument is Histogram<double>) _values.AddOrUpdate(name, 1, (_, count) => count + 1);
        else _values.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
