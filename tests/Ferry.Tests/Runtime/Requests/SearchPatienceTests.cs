using Ferry.Runtime.Requests;
using Ferry.TestKit;
using Xunit;

namespace Ferry.Tests.Runtime.Requests;

public sealed class SearchPatienceTests : IDisposable
{
    private readonly TestClock _time = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly SearchPatience _patience;

    public SearchPatienceTests() => _patience = new SearchPatience(_time, _cancel.Token);

    public void Dispose()
    {
        _patience.Dispose();
        _cancel.Dispose();
    }

    [Fact]
    public void Without_an_exact_offer_a_search_takes_its_time()
    {
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(_patience.Ended.IsCancellationRequested);
    }

    [Fact]
    public void After_an_exact_offer_others_have_as_long_again_and_a_margin_whatever_else_comes()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        _patience.OnExactOffer();
        _time.Advance(TimeSpan.FromSeconds(3));
        _patience.OnExactOffer();
        _time.Advance(SearchPatience.Margin - TimeSpan.FromMilliseconds(1));
        Assert.False(_patience.Ended.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_patience.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Cancelled_request_ends_at_once()
    {
        _cancel.Cancel();
        Assert.True(_patience.Ended.IsCancellationRequested);
    }
}
