using Ferry.App.Commands;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Shell;

/// <summary>
/// What the user of a shell is told when a stranger asks to be let in, and when a node offers to send something.
/// </summary>
internal sealed class AskNotices : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<AskInfo> _asks;
    private readonly IAsyncEnumerator<OfferInfo> _offers;
    private Task<bool> _asked;
    private Task<bool> _offered;

    public AskNotices(IRunningNode node, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _asks = node.AsksAsync(_stop.Token).GetAsyncEnumerator(_stop.Token);
        _offers = node.OffersAsync(_stop.Token).GetAsyncEnumerator(_stop.Token);
        (_asked, _offered) = (_asks.MoveNextAsync().AsTask(), _offers.MoveNextAsync().AsTask());
        Next = NextAsync();
    }

    /// <summary>Ends with the next notice, or is cancelled with the shell.</summary>
    public Task<string> Next { get; private set; }

    /// <summary>The notice has been shown.</summary>
    public void Advance() => Next = NextAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var task in (Task[])[Next, _asked, _offered])
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _asks.DisposeAsync();
        await _offers.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<string> NextAsync()
    {
        var first = await Task.WhenAny(_asked, _offered);
        // A node that stops asks nothing more.
        if (!await first) await Task.Delay(Timeout.Infinite, _stop.Token);
        if (first == _offered)
        {
            var offer = Sentence(_offers.Current);
            _offered = _offers.MoveNextAsync().AsTask();
            return offer;
        }
        var asked = Sentence(_asks.Current);
        _asked = _asks.MoveNextAsync().AsTask();
        return asked;
    }

    private static string Sentence(OfferInfo offer)
    {
        var from = offer.Nickname.Length == 0 ? "A node" : offer.Nickname;
        return $"{from} offers {FileNames.Shown(offer.Name, offer.Kind)} ({Units.Size(offer.Size)}), fingerprint " +
            $"{offer.Fingerprint}. Type: accept {ShortId.Of(offer.Offer)} or: refuse {ShortId.Of(offer.Offer)}";
    }

    private static string Sentence(AskInfo ask)
    {
        var namesake = ask.IsNamesake ? $" It is not the {ask.Nickname} that you know." : "";
        return $"{ask.Nickname} at {ask.Address} asks to be let in.{namesake} If its own screen shows the same " +
            $"fingerprint, type: admit {ask.Fingerprint}";
    }
}
