using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class UnguessableIdsTests
{
    [Fact]
    public void Ids_are_the_hashes_of_key_and_counter()
    {
        var ids = new UnguessableIds(Some.Seed(7));
        ids.NextTransfer();
        var key = SHA256.HashData([.. Some.Seed(7).ToArray(), .. "ids"u8]);
        var hash = SHA256.HashData([.. key, 0, 0, 0, 0, 0, 0, 0, 1]);
        Assert.Equal(Convert.ToHexStringLower(hash.AsSpan(0, 16)), ids.NextQuery().ToString());
    }

    [Fact]
    public void A_seed_gives_the_same_ids_and_another_seed_others()
    {
        var (ids, same, other) =
            (new UnguessableIds(Some.Seed(7)), new UnguessableIds(Some.Seed(7)), new UnguessableIds(Some.Seed(8)));
        var first = ids.NextTransfer();
        Assert.Equal(first, same.NextTransfer());
        Assert.NotEqual(first, ids.NextTransfer());
        other.NextTransfer();
        same.Reseed(Some.Seed(8));
        Assert.Equal(other.NextTransfer(), same.NextTransfer());
    }
}
