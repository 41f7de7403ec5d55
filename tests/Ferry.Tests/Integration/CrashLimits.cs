namespace Ferry.Tests.Integration;

/// <summary>What the mission promises about crashes.</summary>
internal static class CrashLimits
{
    /// <summary>What may be sent again after a single crash: the largest window of one transfer, in bytes.</summary>
    public const long ResentBytesMax = 16 << 20;
}
