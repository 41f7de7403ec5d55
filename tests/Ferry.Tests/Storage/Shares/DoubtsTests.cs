using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class DoubtsTests
{
    private readonly TestClock _time = new();
    private readonly Doubts _doubts;
    private int _contents;

    public DoubtsTests() => _doubts = new Doubts(_time);

    [Fact]
    public void Content_is_doubted_once_in_ten_minutes()
    {
        var content = Some.Content(1).Id;
        Assert.True(_doubts.TryHeed(content, 5));
        Assert.False(_doubts.TryHeed(content, 5));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(_doubts.TryHeed(content, 5));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(_doubts.TryHeed(content, 5));
    }

    [Fact]
    public void Requesters_have_a_bounded_number_of_bytes_read_again()
    {
        Assert.True(Heeds(Doubts.BytesMax / 2));
        Assert.True(Heeds(Doubts.BytesMax));
        Assert.False(Heeds(1));
        // What was too much is made up for.
        _time.Advance(TimeSpan.FromSeconds(Doubts.BytesMax / 2.0 / Doubts.BytesPerSecond));
        Assert.False(Heeds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Heeds(1));
    }

    [Fact]
    public void Small_files_have_a_cost_as_well()
    {
        var heeded = Enumerable.Range(0, 30_000).TakeWhile(_ => Heeds(0)).Count();
        Assert.InRange(heeded, 1000, 20_000);
    }

    private bool Heeds(long bytes) => _doubts.TryHeed(Some.Content(1, number: ++_contents).Id, bytes);
}
