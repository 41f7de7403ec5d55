namespace Ferry.Protocol.Wire;

/// <summary>Why bytes are not a message. Bytes from outside become one of these, never an exception.</summary>
public enum DecodeError
{
    None = 0,

    /// <summary>The message ends before its fields do.</summary>
    Truncated,

    /// <summary>Bytes are left behind the last field.</summary>
    TrailingBytes,

    /// <summary>A type of 128 and above that this version does not know: ignored, so that later versions can add to the protocol.</summary>
    UnknownOptionalType,

    /// <summary>A type below 128 that this version does not know: the link is closed.</summary>
    UnknownType,

    /// <summary>A field is beyond its bound in <see cref="WireLimits"/>.</summary>
    LimitExceeded,

    /// <summary>Text is not well-formed UTF-8, or has control characters.</summary>
    BadText,

    /// <summary>A value no field of this kind may have (a negative range, an unknown enum member, a flag not defined).</summary>
    BadValue,
}
