using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

public sealed class BulkPaceTests
{
    private const int Segment = 1448;
    private readonly BulkPace _pace = new(default);
    private Instant _now;

    [Fact]
    public void Slow_link_is_filled_and_has_a_tenth_of_a_second_waiting_at_most()
    {
        var wire = new Wire(bytesPerSecond: 125_000, TimeSpan.FromMilliseconds(40));
        Run(wire, TimeSpan.FromSeconds(1));
        var (filled, most) = Run(wire, TimeSpan.FromSeconds(10));
        Assert.InRange(filled, 0.99, 1.01);
        Assert.InRange(most - wire.Fill, 1, 12_500);
    }

    [Theory]
    [InlineData(18_750, 80)]
    [InlineData(375_000, 10)]
    [InlineData(2_500_000, 30)]
    [InlineData(100_000_000, 1)]
    public void Link_of_any_rate_carries_what_it_can(int bytesPerSecond, int roundTripMilliseconds)
    {
        var wire = new Wire(bytesPerSecond, TimeSpan.FromMilliseconds(roundTripMilliseconds));
        Run(wire, TimeSpan.FromSeconds(2));
        var (filled, _) = Run(wire, TimeSpan.FromSeconds(10));
        Assert.InRange(filled, 0.98, 1.01);
    }

    [Fact]
    public void Long_fast_link_is_filled_within_two_seconds()
    {
        var wire = new Wire(bytesPerSecond: 10_000_000, TimeSpan.FromMilliseconds(100));
        Run(wire, TimeSpan.FromSeconds(2));
        var (filled, _) = Run(wire, TimeSpan.FromSeconds(1));
        Assert.InRange(filled, 0.95, 1.01);
    }

    [Fact]
    public void Link_that_becomes_slow_soon_has_little_waiting_and_one_that_becomes_fast_is_filled_again()
    {
        var wire = new Wire(bytesPerSecond: 5_000_000, TimeSpan.FromMilliseconds(10));
        Run(wire, TimeSpan.FromSeconds(2));
        wire.BytesPerSecond = 125_000;
        Run(wire, TimeSpan.FromSeconds(5));
        var (_, most) = Run(wire, TimeSpan.FromSeconds(2));
        Assert.InRange(most - wire.Fill, 1, 12_500);
        wire.BytesPerSecond = 5_000_000;
        Run(wire, TimeSpan.FromSeconds(2));
        var (filled, _) = Run(wire, TimeSpan.FromSeconds(1));
        Assert.InRange(filled, 0.98, 1.01);
    }

    [Fact]
    public void Writes_are_whole_packets_and_a_moment_of_the_rate()
    {
        var wire = new Wire(bytesPerSecond: 125_000, TimeSpan.FromMilliseconds(40));
        Run(wire, TimeSpan.FromSeconds(2));
        Assert.Equal(2 * Segment, _pace.WriteBytes);
        var fast = new Wire(bytesPerSecond: 500_000_000, TimeSpan.FromMilliseconds(1));
        Run(fast, TimeSpan.FromSeconds(2));
        Assert.InRange(_pace.WriteBytes, 1 << 20, int.MaxValue);
    }

    [Fact]
    public void Where_the_system_does_not_tell_bulk_never_waits_and_writes_follow_the_rate()
    {
        long written = 0;
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(_pace.Look(_now, null, written));
            written += _pace.WriteBytes;
            _now += TimeSpan.FromSeconds(_pace.WriteBytes / 100_000.0);
        }

        Assert.InRange(_pace.WriteBytes, 2_400, 2_600);
    }

    [Fact]
    public void Time_without_bulk_is_no_measurement()
    {
        var wire = new Wire(bytesPerSecond: 2_500_000, TimeSpan.FromMilliseconds(10));
        Run(wire, TimeSpan.FromSeconds(2));
        var before = _pace.WriteBytes;
        for (var i = 0; i < 50; i++)
        {
            _now += TimeSpan.FromSeconds(10);
            Run(wire, TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal(before, _pace.WriteBytes);
    }

    /// <summary>Bulk without end; the part of the wire's rate that was used, and the most that was under way.</summary>
    private (double Filled, long Most) Run(Wire wire, TimeSpan span)
    {
        var start = _now;
        var before = wire.Delivered;
        long most = 0;
        while (_now - start < span)
        {
            if (_pace.Look(_now, wire.Backlog, wire.Delivered) is not { } wait)
            {
                wire.Written += _pace.WriteBytes;
                most = Math.Max(most, wire.Written - wire.Delivered);
                // A write takes its time too, or a fast wire would be filled without end in no time.
                wait = TimeSpan.FromMicroseconds(Math.Ceiling(_pace.WriteBytes / 2e3));
            }

            _now += wait;
            wire.Pass(wait);
        }

        var could = wire.BytesPerSecond * (_now - start).TotalSeconds;
        return ((wire.Delivered - before) / could, most);
    }

    /// <summary>A wire and its acknowledgements, to the byte: what does not fit on it waits before it.</summary>
    private sealed class Wire(long bytesPerSecond, TimeSpan roundTrip)
    {
        private double _delivered;

        public long BytesPerSecond { get; set; } = bytesPerSecond;
        public long Written { get; set; }
        public long Delivered => (long)_delivered;

        /// <summary>What is on its way when nothing waits.</summary>
        public long Fill => (long)(BytesPerSecond * roundTrip.TotalSeconds);

        public SendBacklog Backlog
        {
            get
            {
                var waiting = Math.Max(0, Written - Delivered - Fill);
                var delay = TimeSpan.FromSeconds((double)waiting / BytesPerSecond);
                return new SendBacklog(Written - Delivered, 0, roundTrip + delay, roundTrip, Segment);
            }
        }

        public void Pass(TimeSpan span)
        {
            // What is on its way for less than the round trip is not acknowledged: with less than the wire's fill
            // under way, each round trip delivers that much.
            var rate = Math.Min(BytesPerSecond, (Written - _delivered) / roundTrip.TotalSeconds);
            _delivered = Math.Min(Written, _delivered + rate * span.TotalSeconds);
        }
    }
}
