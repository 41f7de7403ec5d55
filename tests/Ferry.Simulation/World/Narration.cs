using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Simulation.World;

/// <summary>
/// Messages, inputs and effects in few words, for people who read the trace of a run or the recording of a node.
/// </summary>
internal static class Narration
{
    /// <summary>A message in few words: its type and what tells it from others.</summary>
    public static string Describe(Message message)
    {
        var detail = message switch
        {
            FileTransfer piece => $" {Short(piece.Transfer)} chunk {piece.Chunk}+{piece.Offset} {piece.BodyBytes} B",
            TransferRequest request =>
                $" {Short(request.Transfer)} [{Ranges(request.Wanted)}] window {request.WindowBytes}"
                + (request.Again ? " again" : "") + (request.KeyOffer.Length > 0 ? " with keys" : ""),
            Ack ack => $" {Short(ack.Transfer)} <{ack.Cumulative} [{Ranges(ack.Ranges)}] window {ack.WindowBytes}",
            TransferAccept accept => $" {Short(accept.Transfer)}",
            TransferResume resume => $" {Short(resume.Transfer)}",
            Refusal refusal => $" {Short(refusal.Transfer)} {refusal.Reason}",
            Receipt receipt => $" {Short(receipt.Transfer)}",
            FileSearch search => $" {search.Query.ToString()[..6]} '{search.Text}'",
            HasFile has => $" {has.Query.ToString()[..6]} {has.Name} [{Ranges(has.Held)}]",
            RouteRequest route =>
                $" {route.Query.ToString()[..6]} wants {route.Wanted.Short[..4]} seq>={route.MinSequence}",
            RouteReply reply => $" {reply.Query.ToString()[..6]}",
            RouteWithdrawal gone => $" {string.Join(' ', gone.Unreachable.Select(node => node.Short[..4]))}",
            ManifestRequest manifest => $" from {manifest.First}",
            ManifestPart part => $" from {part.First} size {part.Size}",
            Leave leave => $" {leave.Reason}",
            _ => "",
        };
        var envelope = message is RoutedMessage { Envelope: var e }
            ? $" {e.Source.Short[..4]}>{(e.Destination.IsNone ? "all" : e.Destination.Short[..4])} seq {e.Sequence} "
              + $"metric {e.MetricMicroseconds} hops {e.Hops}/{e.HopLimit}"
            : "";
        return $"{message.Type}{detail}{envelope}";
    }

    /// <summary>Tells inputs apart in the hash of the trace.</summary>
    public static long NumberOf(Input input) => input switch
    {
        Input.Received received => 100 + (long)received.Message.Type,
        Input.LinkUp up => 1000 + up.Link.Value,
        Input.LinkDown down => 2000 + down.Link.Value,
        Input.BulkSent sent => 10_000 + sent.Bytes,
        _ => input.GetType().Name.Length,
    };

    public static string Describe(Input input) => input switch
    {
        Input.Received received => $"<- {received.Link.Value} {Describe(received.Message)}",
        Input.LinkUp up => $"LinkUp {up.Link.Value} {up.Peer.Nickname} {up.Traits.Transport}",
        Input.Stored { Result: StorageResult.ChunksDurable durable }
            => $"ChunksDurable {string.Join(' ', durable.Chunks)}",
        Input.Stored { Result: StorageResult.DownloadOpened opened }
            => $"DownloadOpened {opened.Durable.Count}/{opened.Durable.ChunkCount}",
        Input.Stored stored => stored.Result.GetType().Name,
        _ => input.ToString(),
    };

    public static string Describe(Effect effect) => effect switch
    {
        Effect.Send send => $"-> {send.Link.Value} {Describe(send.Message)}",
        Effect.Forward forward => $"-> {forward.Link.Value} {Describe(forward.Head)} (passed on)",
        Effect.SendPiece piece => $"-> {piece.Link.Value} {Describe(piece.Head)} of {piece.Content.Short}",
        Effect.CloseLink close => $"closes {close.Link.Value}: {close.Reason} {close.Text}",
        Effect.Drop drop => $"drops {drop.Body.Length} B",
        Effect.Store { Request: StorageRequest.PersistPiece persist } =>
            $"PersistPiece {Short(persist.Piece.Transfer)} chunk {persist.Piece.Chunk}+{persist.Piece.Offset}",
        Effect.Store store => store.Request.ToString(),
        Effect.Tell tell => $"! {tell.Notice}",
        _ => effect.ToString(),
    };

    private static string Short(TransferId transfer) => transfer.ToString()[..6];

    private static string Ranges(IEnumerable<ChunkRange> ranges) =>
        string.Join(' ', ranges.Take(6).Select(range => $"{range.First}..{range.End - 1}"));
}
