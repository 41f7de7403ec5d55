using Ferry.Protocol.Transfer;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class AckWindowTests
{
    private const int Chunk = 64 * 1024;

    [Theory]
    [InlineData(1, 2 * Chunk)]
    [InlineData(100_000, 300_000)]
    [InlineData(1_000_000_000, AckWindow.FirstBytesMax)]
    public void First_window_is_three_seconds_of_what_the_route_promises(long rate, long window) =>
        Assert.Equal(window, new AckWindow(Chunk, rate).Bytes(lanes: 1));

    [Theory]
    [InlineData(1, AckWindow.DownloadBytesMax)]
    [InlineData(8, AckWindow.DownloadBytesMax / 8)]
    [InlineData(100_000, 2 * Chunk)]
    public void Lanes_share_what_the_download_may_hold_but_each_has_two_chunks(int lanes, long window)
    {
        var fast = new AckWindow(Chunk, 1);
        Receive(fast, from: 0, times: 20, every: 0.1, bytes: 100_000_000);
        Assert.Equal(window, fast.Bytes(lanes));
    }

    [Fact]
    public void Window_is_three_seconds_of_the_measured_rate()
    {
        var window = new AckWindow(Chunk, expectedRate: 1_000_000_000);
        Receive(window, from: 0, times: 100, every: 0.1, bytes: 100_000);
        Assert.Equal(1_000_000, window.Rate, 1.0);
        Assert.Equal(3_000_000, window.Bytes(lanes: 1));
    }

    [Fact]
    public void Rate_moves_by_two_fifths_of_the_way()
    {
        var window = new AckWindow(Chunk, 1);
        Receive(window, from: 0, times: 2, every: 0.1, bytes: 100_000);
        Receive(window, from: 0.2, times: 2, every: 0.1, bytes: 200_000);
        Assert.Equal(1_400_000, window.Rate, 1.0);
    }

    [Fact]
    public void Pause_is_not_a_slow_path()
    {
        var window = new AckWindow(Chunk, 1);
        Receive(window, from: 0, times: 10, every: 0.1, bytes: 100_000);
        var before = window.Rate;
        window.OnReceived(Some.At(60), 1);
        Assert.Equal(before, window.Rate);
    }

    /// <summary>The span that a window measures first begins with the clock.</summary>
    private static void Receive(AckWindow window, double from, int times, double every, int bytes)
    {
        for (var time = 1; time <= times; time++) window.OnReceived(Some.At(from + time * every), bytes);
    }
}
