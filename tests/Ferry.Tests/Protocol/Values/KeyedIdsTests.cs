using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class KeyedIdsTests
{
    private readonly KeyedIds _ids = new(Some.Seed(7));

    [Fact]
    public void Same_seed_tells_ids_apart_in_the_same_way() =>
        Assert.Equal(_ids.GetHashCode(Some.Node(5)), new KeyedIds(Some.Seed(7)).GetHashCode(Some.Node(5)));

    /// <summary>Ids that have one hash of their own, and ids whose halves would cancel each other out.</summary>
    [Fact]
    public void Ids_made_up_to_have_one_hash_have_many()
    {
        var sameHash = Enumerable.Range(0, 1000).Select(n => new NodeId(new Bytes32(0, (ulong)n, 0, 0))).ToList();
        var cancelling = Enumerable.Range(0, 1000).Select(n => (ulong)n * 0x9E3779B97F4A7C15)
            .Select(n => new NodeId(new Bytes32(n, n, n, n)));
        Assert.Single(sameHash.Select(node => node.GetHashCode()).Distinct());
        Assert.InRange(sameHash.Select(_ids.GetHashCode).Distinct().Count(), 990, 1000);
        Assert.InRange(cancelling.Select(_ids.GetHashCode).Distinct().Count(), 990, 1000);
        var transfers = Enumerable.Range(0, 1000).Select(n => new TransferId((UInt128)n << 64)).ToList();
        Assert.Single(transfers.Select(transfer => transfer.GetHashCode()).Distinct());
        Assert.InRange(transfers.Select(_ids.GetHashCode).Distinct().Count(), 990, 1000);
    }

    [Fact]
    public void Another_seed_gives_other_hashes()
    {
        var other = new KeyedIds(Some.Seed(8));
        Assert.InRange(
            Enumerable.Range(0, 1000).Count(n => _ids.GetHashCode(Some.Node(n)) == other.GetHashCode(Some.Node(n))),
            0, 5);
    }

    [Fact]
    public void What_is_derived_for_one_purpose_is_not_what_is_derived_for_another() =>
        Assert.NotEqual(KeyedIds.Derive(default, "one"u8), KeyedIds.Derive(default, "two"u8));
}
