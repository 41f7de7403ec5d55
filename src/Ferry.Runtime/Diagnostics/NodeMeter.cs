using System.Diagnostics.Metrics;
using Ferry.Protocol;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Diagnostics;

/// <summary>
/// The figures of a node, for <c>dotnet-counters</c> and the like (docs/diagnostics.md has the list). All but the flush
/// are read off what passes between the core and its loop; who counts nothing costs next to nothing.
/// </summary>
internal sealed class NodeMeter : IDisposable
{
    public const string Name = "Ferry";

    private readonly Meter _meter;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _pieces;
    private readonly Counter<long> _durable;
    private readonly Counter<long> _searches;
    private readonly Histogram<double> _flush;
    private readonly Histogram<double> _turn;

    /// <summary>The loop's alone.</summary>
    private readonly Dictionary<LinkId, Carried> _links = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _linksUp = [];
    private IReadOnlyList<Measurement<int>> _transfers = [];
    private long _queued;

    public NodeMeter(NodeId self)
    {
        _meter = new Meter(new MeterOptions(Name) { Tags = [new("node", self.Short)] });
        _received = _meter.CreateCounter<long>("ferry.bulk.received", "By", "Bodies that came in");
        _sent = _meter.CreateCounter<long>("ferry.bulk.sent", "By", "Bodies that left");
        _pieces = _meter.CreateCounter<long>(
            "ferry.pieces", "By", "Received bodies by what became of them: kept, dropped (came again), relayed");
        _durable = _meter.CreateCounter<long>("ferry.chunks.durable", "{chunk}", "Chunks verified and flushed");
        _searches = _meter.CreateCounter<long>("ferry.searches.answered", "{search}", "Searches of other nodes");
        _flush = Seconds(
            "ferry.flush.duration", "Making a group of chunks durable", 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3);
        _turn = Seconds(
            "ferry.loop.turn.duration", "An input and what came of it", 0.00001, 0.0001, 0.001, 0.01, 0.1, 1);
        _meter.CreateObservableUpDownCounter("ferry.links", LinksUp, "{link}", "Links that are up");
        _meter.CreateObservableUpDownCounter(
            "ferry.queue.bytes", () => Volatile.Read(ref _queued), "By", "Bodies on their way to links");
        _meter.CreateObservableUpDownCounter(
            "ferry.transfers", () => Volatile.Read(ref _transfers), "{transfer}", "Transfers in the log");
    }

    /// <summary>Somebody listens to the length of turns.</summary>
    public bool WantsTurns => _turn.Enabled;

    public void OnTurn(TimeSpan length) => _turn.Record(length.TotalSeconds);

    public void OnFlush(TimeSpan length) => _flush.Record(length.TotalSeconds);

    /// <summary>Called by the loop.</summary>
    public void Count(Input input)
    {
        switch (input)
        {
            case Input.Received { Body: { } body } received:
                if (_links.TryGetValue(received.Link, out var from)) _received.Add(body.Length, from.Transport);
                break;
            case Input.BulkSent sent:
                if (!_links.TryGetValue(sent.Link, out var to)) break;
                _sent.Add(sent.Bytes, to.Transport);
                Queue(to, -sent.Bytes);
                break;
            case Input.Stored { Result: StorageResult.ChunksDurable durable }:
                _durable.Add(durable.Chunks.Count);
                break;
            case Input.Stored { Result: StorageResult.PieceNotRead read }:
                if (_links.TryGetValue(read.Link, out var never)) Queue(never, -read.BodyBytes);
                break;
            case Input.LinkUp up: Add(up.Link, up.Traits.Transport); break;
            case Input.LinkDown down: Remove(down.Link); break;
        }
    }

    /// <summary>Called by the loop, before the effect is carried out.</summary>
    public void Count(Effect effect)
    {
        switch (effect)
        {
            case Effect.Store { Request: StorageRequest.PersistPiece piece }: Add("kept", piece.Body.Length); break;
            case Effect.Store { Request: StorageRequest.MatchShares }: _searches.Add(1); break;
            case Effect.Drop drop: Add("dropped", drop.Body.Length); break;
            case Effect.Forward forward:
                Add("relayed", forward.Body.Length);
                if (_links.TryGetValue(forward.Link, out var way)) Queue(way, forward.Body.Length);
                break;
            case Effect.SendPiece piece:
                if (_links.TryGetValue(piece.Link, out var link)) Queue(link, piece.Head.BodyBytes);
                break;
        }
    }

    /// <summary>How things stand.</summary>
    public void Set(IReadOnlyList<DownloadStatus> downloads, IReadOnlyList<UploadStatus> uploads) =>
        Volatile.Write(ref _transfers,
        [
            .. downloads.CountBy(download => download.State).Select(states => Transfers("download", states)),
            .. uploads.CountBy(upload => upload.State).Select(states => Transfers("upload", states)),
        ]);

    public void Dispose() => _meter.Dispose();

    private static Measurement<int> Transfers(string direction, KeyValuePair<TransferState, int> states) =>
        new(states.Value, new("direction", direction), new("state", states.Key.ToString().ToLowerInvariant()));

    /// <param name="bounds">What a reader that counts by size may count up to.</param>
    private Histogram<double> Seconds(string name, string description, params double[] bounds) =>
        _meter.CreateHistogram(
            name, "s", description, tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private void Add(string fate, int bytes) => _pieces.Add(bytes, new KeyValuePair<string, object?>("fate", fate));

    private void Add(LinkId link, string transport)
    {
        if (!_links.TryAdd(link, new Carried(new("transport", transport)))) return;
        lock (_gate) _linksUp[transport] = _linksUp.GetValueOrDefault(transport) + 1;
    }

    private void Remove(LinkId link)
    {
        if (!_links.Remove(link, out var gone)) return;
        Queue(gone, -gone.Queued);
        lock (_gate) _linksUp[(string)gone.Transport.Value!]--;
    }

    private void Queue(Carried link, long bytes)
    {
        link.Queued += bytes;
        Interlocked.Add(ref _queued, bytes);
    }

    private IReadOnlyList<Measurement<int>> LinksUp()
    {
        lock (_gate)
        {
            return [.. _linksUp.Select(entry =>
                new Measurement<int>(entry.Value, new KeyValuePair<string, object?>("transport", entry.Key)))];
        }
    }

    private sealed class Carried(KeyValuePair<string, object?> transport)
    {
        public KeyValuePair<string, object?> Transport { get; } = transport;
        public long Queued { get; set; }
    }
}
