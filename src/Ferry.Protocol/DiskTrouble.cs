using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

public enum DiskTrouble
{
    /// <summary>No room, or a quota is used up.</summary>
    Full,

    /// <summary>The file system is read-only or permission is missing.</summary>
    NotWritable,

    /// <summary>The device reports errors.</summary>
    Faulty,

    /// <summary>The name or path cannot be made there.</summary>
    BadPath,

    /// <summary>What lies there is not what was written: another program, or the device, has changed it.</summary>
    Changed,

    /// <summary>The disk is not mounted.</summary>
    Away,
}
