using Ferry.Protocol;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Requests;

/// <summary>Offers in the list of transfers.</summary>
internal static class OfferRows
{
    /// <summary>Of what was sent and is over so many are listed, the last.</summary>
    private const int OverMax = 10;

    /// <summary>Those that are being fetched are listed as transfers already.</summary>
    public static IEnumerable<TransferInfo> Of(
        IReadOnlyList<OfferEntry> offers, IReadOnlyList<DownloadStatus> downloads, IReadOnlyList<UploadStatus> uploads)
    {
        var isFetched = downloads.Select(download => download.Content).ToHashSet();
        var isSent = uploads.Select(upload => (upload.Content, upload.Requester)).ToHashSet();
        var live = offers.Where(entry => !entry.IsOver && !(entry.Key.IsOwn
            ? isSent.Contains((entry.Content, entry.Key.Peer))
            : entry.State == OfferState.Accepted && isFetched.Contains(entry.Content)));
        var over = offers.Where(entry => entry is { Key.IsOwn: true, IsOver: true }).TakeLast(OverMax);
        return live.Concat(over).Select(Of);
    }

    public static TransferInfo Of(OfferEntry entry) => new(
        entry.Key.Offer.ToString(), entry.Key.IsOwn ? TransferDirection.Upload : TransferDirection.Download,
        entry.Name, entry.Content.ToString(), entry.Key.Peer.ToString(), entry.Size,
        entry.State == OfferState.Arrived ? entry.Size : 0, 0, PhaseOf(entry.State),
        entry.IsOver ? LogEntryState.Closed : LogEntryState.Open, null, 0, ReasonOf(entry), []);

    private static TransferPhase PhaseOf(OfferState state) => state switch
    {
        OfferState.Made or OfferState.Waiting => TransferPhase.Offered,
        OfferState.Accepted => TransferPhase.Starting,
        OfferState.Arrived => TransferPhase.Arrived,
        OfferState.Refused => TransferPhase.Refused,
        _ => TransferPhase.Ended,
    };

    private static string ReasonOf(OfferEntry entry) => entry.State switch
    {
        OfferState.Made => "the receiver has not heard of it yet",
        OfferState.Waiting when entry.Key.IsOwn => "the receiver has not said yes or no",
        OfferState.Waiting => $"sent by {Fingerprint.Of(entry.Key.Peer)}: say 'accept {ShortOf(entry)}' or "
            + $"'refuse {ShortOf(entry)}'",
        OfferState.Accepted => "accepted, it is about to be fetched",
        OfferState.Arrived => $"whole there since {Time(entry)}, signed by the receiver",
        OfferState.Refused => $"refused on {Time(entry)}",
        OfferState.Cancelled => $"given up by the receiver on {Time(entry)}",
        _ => $"taken back on {Time(entry)}",
    };

    private static string ShortOf(OfferEntry entry) => ShortId.Of(entry.Key.Offer.ToString());

    private static string Time(OfferEntry entry) =>
        DateTimeOffset.FromUnixTimeMilliseconds(entry.At).ToString("u", null);
}
