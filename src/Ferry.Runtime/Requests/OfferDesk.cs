using System.Runtime.CompilerServices;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Requests;

/// <summary>
/// Looks after offers without their user: takes at once what comes from those whom the user named, tells of what waits,
/// and lets go of what is held for offers that are over.
/// </summary>
internal sealed class OfferDesk : IAsyncDisposable
{
    private readonly NodeLoop _loop;
    private readonly NodeDecisions _decisions;
    private readonly HeldFiles _held;
    private readonly NoticeBoard _notices;
    private readonly IReadOnlyList<string> _acceptFrom;
    private readonly NoticeBoard.Subscription _watching;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public OfferDesk(
        NodeLoop loop, NoticeBoard notices, NodeDecisions decisions, HeldFiles held, IReadOnlyList<string> acceptFrom,
        NodeLife life)
    {
        (_loop, _decisions, _held, _notices, _acceptFrom) = (loop, decisions, held, notices, acceptFrom);
        _watching = notices.WatchOffers(_ => true);
        _running = life.RunAsync("the desk of offers", RunAsync, _stop.Token);
    }

    /// <summary>What waits for the user's word.</summary>
    public async IAsyncEnumerable<OfferInfo> WaitingAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var watching = _notices.WatchOffers(key => !key.IsOwn);
        var told = new HashSet<OfferKey>();
        foreach (var entry in await OffersAsync(cancel))
            if (IsForUser(entry) && told.Add(entry.Key)) yield return Describe(entry);
        await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
        {
            if (notice is not Notice.OfferChanged { Entry: var entry }) continue;
            if (entry.State != OfferState.Waiting) told.Remove(entry.Key);
            else if (IsForUser(entry) && told.Add(entry.Key)) yield return Describe(entry);
        }
    }

    public Task<IReadOnlyList<OfferEntry>> OffersAsync(CancellationToken cancel) =>
        _loop.QueryAsync((engine, _) => engine.Offers, cancel);

    public OfferInfo Describe(OfferEntry entry, long doneBytes = 0, double rate = 0)
    {
        var node = entry.Key.Peer;
        return new OfferInfo(
            entry.Key.Offer.ToString(), entry.Key.IsOwn ? TransferDirection.Upload : TransferDirection.Download,
            node.ToString(), _decisions.NicknameOf(node), Fingerprint.Of(node), entry.Name, entry.Size,
            entry.IsFolder ? ContentKind.Folder : ContentKind.File, entry.Content.ToString(), PhaseOf(entry.State),
            entry.State == OfferState.Arrived ? entry.Size : doneBytes, rate,
            DateTimeOffset.FromUnixTimeMilliseconds(entry.At));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _watching.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var offers = await OffersAsync(stop);
        if (offers.Any(entry => entry.Key.IsOwn && !entry.IsOver)) await Task.Run(_held.Open, stop);
        foreach (var entry in offers) await TakeAsync(entry, stop);
        await LetGoAsync(stop);
        await foreach (var notice in _watching.Notices.ReadAllAsync(stop))
        {
            if (notice is not Notice.OfferChanged { Entry: var entry }) continue;
            await TakeAsync(entry, stop);
            if (entry is { Key.IsOwn: true, IsOver: true }) await LetGoAsync(stop);
        }
    }

    private bool IsForUser(OfferEntry entry) =>
        entry is { Key.IsOwn: false, State: OfferState.Waiting } && !IsTakenAtOnce(entry);

    private bool IsTakenAtOnce(OfferEntry entry) => _acceptFrom.Any(text => _decisions.IsNamed(text, entry.Key.Peer));

    private async Task TakeAsync(OfferEntry entry, CancellationToken stop)
    {
        if (entry is { Key.IsOwn: false, State: OfferState.Waiting } && IsTakenAtOnce(entry))
            await _loop.TellAsync(new Input.AnswerOffer(entry.Key, Accepts: true), stop);
    }

    private async Task LetGoAsync(CancellationToken stop)
    {
        var wanted = (await OffersAsync(stop)).Where(entry => entry is { Key.IsOwn: true, IsOver: false })
            .Select(entry => entry.Path).OfType<string>().ToHashSet(StringComparer.Ordinal);
        await Task.Run(() => _held.Keep(wanted), stop);
    }

    private static OfferPhase PhaseOf(OfferState state) => state switch
    {
        OfferState.Made => OfferPhase.Made,
        OfferState.Waiting => OfferPhase.Waiting,
        OfferState.Accepted => OfferPhase.Accepted,
        OfferState.Refused => OfferPhase.Refused,
        OfferState.Arrived => OfferPhase.Arrived,
        OfferState.Cancelled => OfferPhase.Cancelled,
        _ => OfferPhase.Withdrawn,
    };
}
