namespace Ferry.Protocol;

/// <summary>Why a download waits or has ended: a sentence for people, which the core passes on.</summary>
/// <param name="IsOfDisk">The text comes from the disk and may name files and folders.</param>
public sealed record Reason(string Text, bool IsOfDisk = false)
{
    public override string ToString() => Text;
}
