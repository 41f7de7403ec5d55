using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Routing;

/// <summary>The argument of RFC 8966 §2.4, tried out on random networks.</summary>
public sealed class RouteLoopTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(100);
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void Distance_falls_at_every_step_whatever_happens() =>
        Prop.ForAll(Seeds, seed =>
        {
            var network = new ModelNetwork((ulong)seed);
            for (var step = 0; step < 150; step++)
            {
                network.Step();
                if (network.WhereDistanceDoesNotFall() is { } where) return false.Label($"step {step}: {where}");
            }
            return true.Label("");
        }).Check(Often);

    [Fact]
    public void Whoever_has_links_to_somebody_reaches_him_when_all_have_spoken() =>
        Prop.ForAll(Seeds, seed =>
        {
            var network = new ModelNetwork((ulong)seed);
            for (var step = 0; step < 150; step++) network.Step();
            network.Settle();
            var who = network.WhoIsOutOfReach();
            return (who is null).Label(who ?? "");
        }).Check(Often);
}
