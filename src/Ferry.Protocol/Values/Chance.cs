namespace Ferry.Protocol.Values;

/// <summary>All chance in the core: one seed, and streams of which none tells anything of another.</summary>
internal sealed class Chance
{
    public Chance(Bytes32 seed) => (Random, Ids) = (new SeededRandom(RandomOf(seed)), new UnguessableIds(seed));

    public SeededRandom Random { get; }
    public UnguessableIds Ids { get; }

    public void Reseed(Bytes32 seed)
    {
        Random.Reseed(RandomOf(seed));
        Ids.Reseed(seed);
    }

    private static ulong RandomOf(Bytes32 seed) => KeyedIds.Derive(seed, "chance"u8).A;
}
