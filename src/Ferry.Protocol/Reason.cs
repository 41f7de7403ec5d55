namespace Ferry.Protocol;

/// <summary>Why a download waits or has ended: a sentence for people, which the core passes on.</summary>
/// <param name="IsOfDisk">The text comes from the disk and may name files and folders.</param>
public readonly record struct Reason(string Text, bool IsOfDisk = false)
{
    public static implicit operator Reason(string text) => new(text);
    public override string ToString() => Text;
}
