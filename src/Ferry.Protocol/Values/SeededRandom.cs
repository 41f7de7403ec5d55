namespace Ferry.Protocol.Values;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): chance for waits and choices; a seed gives the same sequence on every
/// machine. Its state follows from one number that it gave, so what nobody may guess comes from elsewhere
/// (<see cref="UnguessableIds"/>).
/// </summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public void Reseed(ulong seed) => _state = seed;

    public ulong NextUInt64()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public UInt128 NextUInt128() => new(NextUInt64(), NextUInt64());

    /// <summary>A number of at least 0 and below <paramref name="exclusiveMax"/>, which is positive.</summary>
    public int Next(int exclusiveMax) => (int)(NextUInt64() % (ulong)exclusiveMax);

    /// <summary>At least 0 and below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The span, shortened or lengthened by up to a fifth, so that nodes do not act in step.</summary>
    public TimeSpan Jitter(TimeSpan span) => span * (0.8 + 0.4 * NextDouble());
}
