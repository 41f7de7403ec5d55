using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// An ACKed chunk survives any crash. At an ACK the requester's disk is copied as the worst power cut would leave it, a
/// store is opened on the copy, and every chunk ACKed so far must be in the recovered map and have its hash. After a
/// real crash of the run the same is checked on the node itself.
/// </summary>
internal sealed class AckedChunksSurvive(SimWorld world) : Checker
{
    /// <summary>
    /// A copy costs milliseconds: the first few ACKs of a download are all checked, then one in several.
    /// </summary>
    private const int AlwaysTried = 4;
    private const int TriedOneIn = 8;

    private readonly Dictionary<(int Node, TransferId Transfer), ContentId> _transfers = [];
    private readonly SortedDictionary<(int Node, ContentId Content), Acked> _acked = [];

    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is not Effect.Send { Message: RoutedMessage message }
                || message.Envelope.Source != node.Id) continue;
            if (message is TransferRequest request) _transfers[(node.Index, request.Transfer)] = request.Content;
            if (message is Ack ack) OnAck(node, ack);
        }
    }

    public override void Told(SimNode node, Notice notice)
    {
        if (notice is Notice.DownloadFailed failed) _acked.Remove((node.Index, failed.Status.Content));
    }

    /// <summary>What the disk keeps is not the program's fault any more.</summary>
    public override void Tampered(SimNode node)
    {
        foreach (var key in _acked.Keys.Where(key => key.Node == node.Index).ToArray()) _acked.Remove(key);
    }

    public override void Recovered(SimNode node, ContentStore store)
    {
        // What cannot be read now is not lost: it is looked at when the disk works.
        if (node.Disk.Faults.ReadFailsOneIn > 0) return;
        foreach (var ((owner, content), acked) in _acked)
        {
            if (owner != node.Index) continue;
            node.Disk.Inspect(files => Check(node, store, files, content, acked.Chunks, "after a crash"));
        }
    }

    private void OnAck(SimNode node, Ack ack)
    {
        if (node.WasTampered) return; // It ACKs what it read in its log, and finds out before the file gets its name.
        if (!_transfers.TryGetValue((node.Index, ack.Transfer), out var content))
            throw new SimFailure($"acked chunks: {node.Name} ACKs {ack.Transfer}, which it never requested");
        var chunks = world.Contents[content].Manifest.Layout.ChunkCount;
        if (!_acked.TryGetValue((node.Index, content), out var acked))
            _acked.Add((node.Index, content), acked = new Acked(new ChunkMap(chunks)));
        var before = acked.Chunks.Count;
        acked.Chunks.Add(new ChunkRange(0, ack.Cumulative));
        foreach (var range in ack.Ranges) acked.Chunks.Add(range);
        if (acked.Chunks.Count == before) return;
        acked.Acks++;
        if (acked.Acks > AlwaysTried && acked.Acks % TriedOneIn != 0) return;
        var copy = node.Disk.DurableCopy();
        using var store = ContentStore.Open(
            copy, new StoreOptions(SimNode.Home, SimNode.Downloads, KeepFreeBytes: 0), new DictionaryCatalog(),
            new SimKeyRing(node.Id, new SeededRandom(0)), node.Wall);
        copy.Inspect(files => Check(node, store, files, content, acked.Chunks, "when it is ACKed"));
    }

    private bool Check(
        SimNode node, ContentStore store, IReadOnlyDictionary<string, SimFile> files, ContentId id, ChunkMap acked,
            string when)
    {
        var content = world.Contents[id];
        if (files.Any(file => FinishedFilesAreWhole.IsFinal(file.Key)
            && file.Value.Seen.SequenceEqual(content.Bytes))) return true;
        var download = store.Recovered.Downloads.FirstOrDefault(download => download.Manifest.Id == id)
            ?? throw new SimFailure(
                $"acked chunks: {node.Name} has neither file nor log entry of {content.Name} {when}");
        var layout = content.Manifest.Layout;
        for (var chunk = acked.NextPresent(0); chunk < acked.ChunkCount; chunk = acked.NextPresent(chunk + 1))
        {
            if (!download.Durable.Contains(chunk))
                throw new SimFailure(
                    $"acked chunks: chunk {chunk} of {content.Name} is not durable at {node.Name} {when}");
            var bytes = new byte[layout.LengthOf(chunk)];
            var trouble = store.ReadPiece(id, chunk, 0, bytes);
            if (trouble is not null || !content.Manifest.Verify(chunk, bytes))
                throw new SimFailure(
                    $"acked chunks: chunk {chunk} of {content.Name} at {node.Name} is damaged {when} ({trouble})");
        }
        return true;
    }

    private sealed record Acked(ChunkMap Chunks)
    {
        public int Acks { get; set; }
    }
}
