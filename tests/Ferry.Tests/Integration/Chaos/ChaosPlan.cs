namespace Ferry.Tests.Integration.Chaos;

/// <summary>
/// What happens in a run, all of it out of the seed: a ring of nodes with chords, files and their holders, who asks for
/// what and when, and the misfortunes of each node and each wire. Of real processes no more than that can be repeated.
/// </summary>
internal sealed record ChaosPlan(
    int Seed, TimeSpan Length, IReadOnlyList<string> Nodes, IReadOnlyList<ChaosWire> Wires,
    IReadOnlyList<ChaosFile> Files, IReadOnlyList<ChaosWish> Wishes,
    IReadOnlyDictionary<string, IReadOnlyList<Misfortune>> Kills)
{
    private const int NodeCount = 8;
    private const int ChordCount = 5;
    private const int WishCount = 20;

    /// <summary>Once, while much is under way, all nodes die together.</summary>
    private const double Blackout = 0.6;
    private const double LastWish = 0.5;

    /// <summary>For a run of a minute; longer ones carry more.</summary>
    private static readonly int[] FileBytes =
        [0, 1, 65_536, 300_001, 2 << 20, 5_000_000, 8 << 20, 8 << 20, 16 << 20, 16 << 20, 24 << 20, 32 << 20];

    /// <summary>None like another: a request for a file that is out of reach would bring the other.</summary>
    private static readonly string[] FileNames =
    [
        "fog", "oar", "harbour", "lighthouse", "quay", "anchor", "telescope", "windlass", "buoy", "spinnaker", "map",
        "barometer",
    ];

    public static ChaosPlan Make(int seed, TimeSpan length)
    {
        var random = new Random(seed);
        List<string> nodes = [.. Enumerable.Range(1, NodeCount).Select(number => $"n{number}")];
        var files = FileNames.Select((_, number) => MakeFile(random, number, nodes, length)).ToList();
        var pairs = files.SelectMany(file => nodes.Except(file.Holders).Select(node => (node, file))).ToArray();
        random.Shuffle(pairs);
        // Every file is asked for at least once, and most by several nodes.
        var chosen = pairs.DistinctBy(pair => pair.file).Concat(pairs).Distinct().Take(WishCount).ToList();
        var wishes = chosen.Select(pair => new ChaosWish(
            pair.node, pair.file, length * (LastWish * random.NextDouble()))).ToList();
        var kills = nodes.ToDictionary(node => node, _ => KillsOf(random, length));
        return new ChaosPlan(seed, length, nodes, Wire(random, nodes, length), files, wishes, kills);
    }

    private static ChaosFile MakeFile(Random random, int number, List<string> nodes, TimeSpan length)
    {
        var holders = nodes.ToArray();
        random.Shuffle(holders);
        var scale = FileBytes[number] > 1 << 20 ? length.TotalMinutes : 1;
        var bytes = (long)(FileBytes[number] * scale);
        return new ChaosFile($"{FileNames[number]}.bin", bytes, [.. holders.Take(1 + random.Next(3)).Order()]);
    }

    private static List<ChaosWire> Wire(Random random, List<string> nodes, TimeSpan length)
    {
        var ring = nodes.Select((node, i) => (node, nodes[(i + 1) % nodes.Count])).ToList();
        var chords = (from a in nodes from b in nodes where string.CompareOrdinal(a, b) < 0 select (a, b))
            .Except(ring).Except(ring.Select(wire => (wire.Item2, wire.Item1))).ToArray();
        random.Shuffle(chords);
        return [.. ring.Concat(chords.Take(ChordCount)).Select(wire => new ChaosWire(
            wire.Item1, wire.Item2, random.Next(8, 40), random.Next(1, 15),
            Misfortunes(random, length, between: 25, shortest: 0.2, longest: 20)))];
    }

    private static IReadOnlyList<Misfortune> KillsOf(Random random, TimeSpan length)
    {
        var blackout = new Misfortune(length * Blackout, TimeSpan.FromSeconds(4 * random.NextDouble()));
        return [.. Misfortunes(random, length, between: 25, shortest: 0, longest: 5)
            .Where(kill => kill.End + TimeSpan.FromSeconds(2) < blackout.At || kill.At > blackout.End)
            .Append(blackout).OrderBy(kill => kill.At)];
    }

    /// <summary>
    /// One after the other, at random; mostly short, since those are the ones that others half notice.
    /// </summary>
    private static List<Misfortune> Misfortunes(
        Random random, TimeSpan length, double between, double shortest, double longest)
    {
        var all = new List<Misfortune>();
        var next = () => between * 2 * random.NextDouble();
        for (var at = next() / 2; at < length.TotalSeconds; at += next())
        {
            var lasts = shortest + (longest - shortest) * Math.Pow(random.NextDouble(), 2);
            all.Add(new Misfortune(TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(lasts)));
            at += lasts;
        }
        return all;
    }
}

/// <param name="At">Since the start of the run.</param>
/// <param name="Lasts">Until the node is started again, or the wire is healed.</param>
internal sealed record Misfortune(TimeSpan At, TimeSpan Lasts)
{
    public TimeSpan End => At + Lasts;
}

internal sealed record ChaosWire(string A, string B, int Megabits, int DelayMs, IReadOnlyList<Misfortune> Cuts)
{
    public string Link => $"{A} {B}";
    public string Topology => $"wire {A} {B} rate={Megabits}mbit delay={DelayMs}ms";
}

internal sealed record ChaosFile(string Name, long Bytes, IReadOnlyList<string> Holders);

/// <summary>A user at the node asks for the file.</summary>
internal sealed record ChaosWish(string Node, ChaosFile File, TimeSpan At);
