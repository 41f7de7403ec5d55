using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ferry.App.Shell;

/// <summary>
/// The settings of a terminal (termios), in the layout of Linux on the machines that most people have; others have
/// other numbers.
/// </summary>
internal sealed partial class TerminalSettings
{
    /// <summary>More than any system's structure.</summary>
    private const int SizeMax = 256;

    private const int LocalModesAt = 12, CharactersAt = 17, TimeIndex = 5, LeastIndex = 6;
    private const uint Canonical = 2, Echo = 8, Extended = 0x8000;

    /// <summary>TCSADRAIN: what was written before is shown as it was meant.</summary>
    private const int AfterOutput = 1;

    private readonly int _descriptor;
    private readonly byte[] _found;
    private readonly byte[] _keyByKey;

    private TerminalSettings(int descriptor, byte[] found)
    {
        (_descriptor, _found, _keyByKey) = (descriptor, found, [.. found]);
        var modes = _keyByKey.AsSpan(LocalModesAt, sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(
            modes, BinaryPrimitives.ReadUInt32LittleEndian(modes) & ~(Canonical | Echo | Extended));
        // A read returns with the first byte.
        (_keyByKey[CharactersAt + LeastIndex], _keyByKey[CharactersAt + TimeIndex]) = (1, 0);
    }

    public static TerminalSettings? Read(int descriptor)
    {
        var isKnown = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64
            or Architecture.X86 or Architecture.Arm64 or Architecture.Arm or Architecture.RiscV64;
        if (!isKnown) return null;
        var found = new byte[SizeMax];
        return Get(descriptor, found) == 0 ? new TerminalSettings(descriptor, found) : null;
    }

    /// <summary>A terminal that is gone has no settings; whoever reads from it is told.</summary>
    public void Apply(bool keyByKey) => _ = Set(_descriptor, AfterOutput, keyByKey ? _keyByKey : _found);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int Get(int descriptor, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int Set(int descriptor, int when, ReadOnlySpan<byte> settings);
}
