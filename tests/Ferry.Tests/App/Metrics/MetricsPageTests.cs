using System.Diagnostics.Metrics;
using System.Globalization;
using Ferry.App.Metrics;
using Xunit;

namespace Ferry.Tests.App.Metrics;

public sealed class MetricsPageTests : IDisposable
{
    private readonly string _name = $"test {Guid.NewGuid()}";
    private readonly MetricsPage _page;
    private readonly Meter _meter;

    public MetricsPageTests()
    {
        _page = new MetricsPage(_name, "1.2.3");
        _meter = new Meter(_name);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _page.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_and_is_named_by_its_unit()
    {
        var received = _meter.CreateCounter<long>("ferry.bulk.received", "By", "Bodies that came in");
        received.Add(1000, Label("transport", "tcp"));
        received.Add(500, Label("transport", "tcp"));
        received.Add(7, Label("transport", "bluetooth"));

        Assert.Equal(
        [
            "# HELP ferry_bulk_received_bytes_total Bodies that came in",
            "# TYPE ferry_bulk_received_bytes_total counter",
            "ferry_bulk_received_bytes_total{transport=\"bluetooth\"} 7",
            "ferry_bulk_received_bytes_total{transport=\"tcp\"} 1500",
        ], Lines("ferry_bulk"));
    }

    [Fact]
    public void A_gauge_shows_what_is_there_now()
    {
        Measurement<int>[] seen = [new(2, Label("state", "running")), new(1, Label("state", "paused"))];
        _meter.CreateObservableUpDownCounter("ferry.transfers", () => seen, "{transfer}", "Transfers in the log");
        Assert.Equal(
            ["ferry_transfers{state=\"paused\"} 1", "ferry_transfers{state=\"running\"} 2"], Lines("ferry_tr")[2..]);

        seen = [new(3, Label("state", "running"))];

        Assert.Equal(["ferry_transfers{state=\"running\"} 3"], Lines("ferry_tr")[2..]);
    }

    [Fact]
    public void A_histogram_counts_up_to_each_of_its_bounds()
    {
        var flush = _meter.CreateHistogram(
            "ferry.flush.duration", "s", "A flush", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in (double[])[0.05, 0.1, 0.5, 3]) flush.Record(seconds);

        Assert.Equal(
        [
            "# HELP ferry_flush_duration_seconds A flush",
            "# TYPE ferry_flush_duration_seconds histogram",
            "ferry_flush_duration_seconds_bucket{le=\"0.1\"} 2",
            "ferry_flush_duration_seconds_bucket{le=\"1\"} 3",
            "ferry_flush_duration_seconds_bucket{le=\"+Inf\"} 4",
            "ferry_flush_duration_seconds_sum 3.65",
            "ferry_flush_duration_seconds_count 4",
        ], Lines("ferry_flush"));
    }

    [Fact]
    public void A_node_that_starts_again_goes_on_counting()
    {
        _meter.CreateCounter<long>("ferry.searches", null, "Searches").Add(2);
        _meter.Dispose();
        using var again = new Meter(_name);
        again.CreateCounter<long>("ferry.searches", null, "Searches").Add(3);

        Assert.Equal(["ferry_searches_total 5"], Lines("ferry_searches")[2..]);
    }

    [Fact]
    public void What_a_label_may_not_hold_is_escaped_and_labels_have_a_bound()
    {
        var counter = _meter.CreateCounter<long>("ferry.odd", null, "Odd");
        counter.Add(1, Label("path", "a\"b\\c\nd"));
        Assert.Equal("ferry_odd_total{path=\"a\\\"b\\\\c\\nd\"} 1", Lines("ferry_odd")[2]);

        for (var at = 0; at < 1000; at++) counter.Add(1, Label("path", at.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(2 + 64, Lines("ferry_odd").Count);
    }

    [Fact]
    public void The_process_is_on_the_page_too()
    {
        Assert.Equal("ferry_build_info{version=\"1.2.3\"} 1", Lines("ferry_build")[2]);
        Assert.Equal(3, Lines("process_cpu_seconds_total").Count);
        Assert.Equal(3, Lines("process_resident_memory_bytes").Count);
    }

    [Theory]
    [InlineData("9464", "127.0.0.1:9464")]
    [InlineData("0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:9464", "0.0.0.0:9464")]
    [InlineData("[::1]:9464", "[::1]:9464")]
    [InlineData("192.168.1.7", null)]
    [InlineData("::1", null)]
    [InlineData("65536", null)]
    [InlineData("-1", null)]
    [InlineData("boat:9464", null)]
    [InlineData("", null)]
    public void An_address_has_a_port_and_is_this_machine_unless_said(string text, string? expected) =>
        Assert.Equal(expected, MetricsServer.AddressOf(text)?.ToString());

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    /// <summary>Of one metric, with its two lines of comment.</summary>
    private List<string> Lines(string prefix) =>
    [
        .. _page.Text().Split('\n').Where(line => line.Replace("# HELP ", "", StringComparison.Ordinal)
            .Replace("# TYPE ", "", StringComparison.Ordinal).StartsWith(prefix, StringComparison.Ordinal)),
    ];
}
