using BenchmarkDotNet.Attributes;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;

namespace Ferry.Benchmarks;

/// <summary>What a relay does for every piece: learn from its envelope, look the next hop up.</summary>
[MemoryDiagnoser]
public class RoutingBenchmarks
{
    private readonly RoutingTable _table =
        new(TimeSpan.FromMinutes(5), new Deadlines(), new KeyedIds(default), _ => 1000, _ => false);
    private NodeId _wanted;

    [Params(10, 1000, 10_000)]
    public int Destinations { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        for (var source = 0; source < Destinations; source++)
        {
            for (var neighbour = 1; neighbour <= 3; neighbour++)
            {
                _table.Learn(default, Samples.Node(-neighbour), Samples.Envelope(source));
            }
        }
        _wanted = Samples.Node(Destinations / 2);
    }

    [Benchmark]
    public object? NextHop() => _table.NextHop(_wanted, except: null);

    [Benchmark]
    public bool Learn() => _table.Learn(default, Samples.Node(-1), Samples.Envelope(Destinations / 2));
}
