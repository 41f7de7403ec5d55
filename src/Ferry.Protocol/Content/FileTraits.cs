namespace Ferry.Protocol.Content;

/// <summary>
/// What belongs to a file beside its bytes, as a holder has it. It is no part of the content, and holders may differ.
/// </summary>
/// <param name="Modified">When it was last written, in nanoseconds since the start of 1970 UTC; 0: not known.</param>
/// <param name="Mode">Its Unix permissions, the lowest nine bits of st_mode; 0: its system has none.</param>
public readonly record struct FileTraits(long Modified, int Mode)
{
    public const int ModeMax = 0x1ff;

    /// <summary>
    /// Of two holders' word about one name: the earlier time, since copying makes a file younger, and no permission
    /// that either of them lacks.
    /// </summary>
    public FileTraits And(FileTraits other) => new(
        Modified == 0 || other.Modified == 0 ? Modified | other.Modified : Math.Min(Modified, other.Modified),
        Mode == 0 || other.Mode == 0 ? Mode | other.Mode : Mode & other.Mode);
}
