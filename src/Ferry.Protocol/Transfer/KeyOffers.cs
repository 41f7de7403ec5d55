using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>A key offer that was answered; its requester has not shown yet that it has the session's keys.</summary>
/// <param name="Via">The neighbour over which it came.</param>
internal sealed record KeyOffer(
    TransferId Transfer, ContentId Content, NodeId Requester, NodeId Via, ReadOnlyMemory<byte> Offer, byte[] Answer,
    SessionChannel Channel)
{
    public TransferAccept Accept => new(Envelope.To(Requester), Transfer, Answer);
}

/// <summary>
/// The key offers that wait for their requesters. Whoever recorded one can send it again, also to a holder that has
/// restarted since, so an offer has no consequence but this: it is not logged, and replaces no session, before a
/// request comes that the keys prove, and those need the holder's fresh half. One that is pushed out is made anew by
/// its requester.
/// </summary>
internal sealed class KeyOffers(ISealKeyRing seals, KeyedIds ids)
{
    public const int Max = 512;

    private readonly Dictionary<TransferId, KeyOffer> _all = new(ids);
    private readonly FairPlaces<KeyOffer> _places = new(ids);

    public KeyOffer? Find(TransferId transfer) => _all.GetValueOrDefault(transfer);

    /// <summary>False when the offer is not valid.</summary>
    public bool Answer(NodeId via, TransferRequest request, Outbox outbox)
    {
        var (transfer, content, requester) = (request.Transfer, request.Content, request.Envelope.Source);
        if (seals.Answer(transfer, content, requester, request.KeyOffer.Span) is not { } answer) return false;
        var channel = new SessionChannel(seals, transfer, SessionEnd.Holder);
        var offer = new KeyOffer(transfer, content, requester, via, request.KeyOffer, answer, channel);
        Add(offer);
        outbox.Route(offer.Accept);
        return true;
    }

    /// <summary>It waits no more; its keys stay.</summary>
    public void Take(KeyOffer offer)
    {
        _all.Remove(offer.Transfer);
        _places.Remove(offer);
    }

    private void Add(KeyOffer offer)
    {
        if (_places.Count >= Max && _places.WhoMakesRoom(offer.Via, isIdle: _ => true) is { } oldest)
        {
            Take(oldest);
            seals.Forget(oldest.Transfer);
        }
        _all.Add(offer.Transfer, offer);
        _places.Add(offer.Via, offer);
    }
}
