namespace Ferry.Protocol;

/// <summary>Why a download waits or has ended: a sentence for people, which the core passes on.</summary>
/// <param name="IsOfDisk">The text comes from the disk and may name files and folders.</param>
/// <param name="IsRefusal">The last holder will not send it: what there is to wait for is another one.</param>
public sealed record Reason(string Text, bool IsOfDisk = false, bool IsRefusal = false)
{
    public override string ToString() => Text;
}
