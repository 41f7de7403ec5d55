using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// The last that a node answers to a <see cref="FileSearch"/>: what it has said and left out, and whom it asked in its
/// turn. So the searcher knows whose answers are still to come, and how long they may take.
/// </summary>
/// <param name="Fitting">How many contents and names fit; more than <paramref name="Sent"/> were left out.</param>
/// <param name="Sent">How many <see cref="HasFile"/>s it sent.</param>
/// <param name="IsBusy">It could not look for the files now.</param>
/// <param name="NotAsked">Neighbours that it did not pass the search on to, because its hops were used up.</param>
/// <param name="Asked">Neighbours that it passed the search on to.</param>
public sealed record SearchReport(
    Envelope Envelope, QueryId Query, int Fitting, int Sent, bool IsBusy, IReadOnlyList<HashingFile> Hashing,
    int NotAsked, IReadOnlyList<AskedNode> Asked) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.SearchReport;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Query(Query);
        writer.Int32(Fitting, 0, int.MaxValue);
        writer.Int32(Sent, 0, Fitting);
        writer.Flag(IsBusy);
        writer.Count(Hashing.Count, ShareMatches.HashingMax);
        foreach (var file in Hashing)
        {
            writer.Text(file.Name, WireLimits.NameBytesMax);
            writer.Int64(file.Size, 0, ChunkLayout.ContentBytesMax);
            writer.Int64(file.HashedBytes, 0, file.Size);
        }
        writer.Int32(NotAsked, 0, int.MaxValue);
        writer.Count(Asked.Count, WireLimits.AskedMax);
        foreach (var asked in Asked)
        {
            writer.Node(asked.Node);
            writer.UInt32(asked.RoundTripMicroseconds);
        }
    }

    internal static SearchReport Read(ref WireReader reader)
    {
        var (envelope, query) = (Envelope.Read(ref reader), reader.Query());
        var fitting = reader.Int32(0, int.MaxValue);
        return new SearchReport(
            envelope, query, fitting, Sent: reader.Int32(0, fitting), IsBusy: reader.Flag(), ReadHashing(ref reader),
            NotAsked: reader.Int32(0, int.MaxValue), ReadAsked(ref reader));
    }

    private static HashingFile[] ReadHashing(ref WireReader reader)
    {
        const int HashingBytesMin = 18;
        var files = new HashingFile[reader.Count(ShareMatches.HashingMax, HashingBytesMin)];
        for (var i = 0; i < files.Length; i++)
        {
            var (name, size) = (reader.Text(WireLimits.NameBytesMax), reader.Int64(0, ChunkLayout.ContentBytesMax));
            files[i] = new HashingFile(name, size, reader.Int64(0, size));
        }
        return files;
    }

    private static AskedNode[] ReadAsked(ref WireReader reader)
    {
        const int AskedBytes = 36;
        var nodes = new AskedNode[reader.Count(WireLimits.AskedMax, AskedBytes)];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = new AskedNode(reader.Node(), reader.UInt32());
        return nodes;
    }
}

/// <param name="RoundTripMicroseconds">Over the link to it, or the links between.</param>
public readonly record struct AskedNode(NodeId Node, uint RoundTripMicroseconds);
