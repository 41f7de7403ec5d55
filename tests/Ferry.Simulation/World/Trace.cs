using System.Runtime.CompilerServices;
using Ferry.Protocol.Wire;

namespace Ferry.Simulation.World;

/// <summary>
/// What happened, in order. Always a hash, by which two runs are compared; as text only when asked for, because text
/// costs more than the simulation does.
/// </summary>
internal sealed class Trace(TextWriter? text)
{
    private const ulong Prime = 0x100000001B3;

    public ulong Hash { get; private set; } = 0xCBF29CE484222325;
    public bool HasText => text is not null;

    public void Add(long now, int node, int kind, long detail)
    {
        Mix((ulong)now);
        Mix(((ulong)(uint)node << 32) | (uint)kind);
        Mix((ulong)detail);
    }

    /// <summary>The text is put together only when it is wanted.</summary>
    public void Say(long now, string who, [InterpolatedStringHandlerArgument("")] ref TraceText line)
    {
        if (text is null) return;
        text.WriteLine($"{now / 1e6,12:F6} {who,-6} {line.ToStringAndClear()}");
    }

    /// <summary>A message in few words: its type and what tells it from others.</summary>
    public static string Describe(Message message)
    {
        var detail = message switch
        {
            FileTransfer piece => $" {Short(piece.Transfer)} chunk {piece.Chunk}+{piece.Offset} {piece.BodyBytes} B",
            TransferRequest request =>
                $" {Short(request.Transfer)} [{Ranges(request.Wanted)}] window {request.WindowBytes}{(request.Again ? " again" : "")}"
                + (request.KeyOffer.Length > 0 ? " with keys" : ""),
            Ack ack => $" {Short(ack.Transfer)} <{ack.Cumulative} [{Ranges(ack.Ranges)}] window {ack.WindowBytes}",
            TransferAccept accept => $" {Short(accept.Transfer)}",
            TransferResume resume => $" {Short(resume.Transfer)}",
            Refusal refusal => $" {Short(refusal.Transfer)} {refusal.Reason}",
            Receipt receipt => $" {Short(receipt.Transfer)}",
            FileSearch search => $" {search.Query.ToString()[..6]} '{search.Text}'",
            HasFile has => $" {has.Query.ToString()[..6]} {has.Name} [{Ranges(has.Held)}]",
            RouteRequest route => $" {route.Query.ToString()[..6]} wants {route.Wanted.Short[..4]} seq>={route.MinSequence}",
            RouteReply reply => $" {reply.Query.ToString()[..6]}",
            RouteWithdrawal gone => $" {string.Join(' ', gone.Unreachable.Select(node => node.Short[..4]))}",
            ManifestRequest manifest => $" from {manifest.First}",
            ManifestPart part => $" from {part.First} size {part.Size}",
            Leave leave => $" {leave.Reason}",
            _ => "",
        };
        var envelope = message is RoutedMessage { Envelope: var e }
            ? $" {e.Source.Short[..4]}>{(e.Destination.IsNone ? "all" : e.Destination.Short[..4])} seq {e.Sequence} metric {e.MetricMicroseconds} "
              + $"hops {e.Hops}/{e.HopLimit}"
            : "";
        return $"{message.Type}{detail}{envelope}";
    }

    private static string Short(Protocol.TransferId transfer) => transfer.ToString()[..6];

    private static string Ranges(IEnumerable<Protocol.Content.ChunkRange> ranges) =>
        string.Join(' ', ranges.Take(6).Select(range => $"{range.First}..{range.End - 1}"));

    private void Mix(ulong value) => Hash = (Hash ^ value) * Prime ^ (Hash >> 29);
}

/// <summary>Skips the formatting of a line that nobody reads.</summary>
[InterpolatedStringHandler]
internal ref struct TraceText
{
    private DefaultInterpolatedStringHandler _inner;
    private readonly bool _wanted;

    public TraceText(int literalLength, int formattedCount, Trace trace, out bool wanted)
    {
        wanted = _wanted = trace.HasText;
        _inner = wanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string literal) => _inner.AppendLiteral(literal);
    public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);
    public string ToStringAndClear() => _wanted ? _inner.ToStringAndClear() : "";
}
