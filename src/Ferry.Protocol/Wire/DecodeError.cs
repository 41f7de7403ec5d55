namespace Ferry.Protocol.Wire;

/// <summary>Why bytes are not a message. Bytes from outside become one of these, never an exception.</summary>
public enum DecodeError
{
    None = 0,

    /// <summary>The message ends before its fields do.</summary>
    Truncated,

    /// <summary>Bytes are left behind the last field.</summary>
    TrailingBytes,

    /// <summary>
    /// A type of 128 and above that this version does not know: ignored, so that later versions can add messages.
    /// </summary>
    UnknownOptionalType,

    /// <summary>A type below 128 that this version does not know: the link is closed.</summary>
    UnknownType,

    /// <summary>A number, a text or a list is beyond its bounds (see <see cref="WireLimits"/>).</summary>
    LimitExceeded,

    /// <summary>Text is not well-formed UTF-8, or has control characters.</summary>
    BadText,

    /// <summary>
    /// A value no field of this kind may have (a negative range, an unknown enum member, a flag that is not 0 or 1).
    /// </summary>
    BadValue,
}
