namespace Hyperion.Format;

/// <summary>The first byte of every value.</summary>
internal enum ValueTag : byte
{
    Null,

    /// <summary>An object that came before: its number.</summary>
    Reference,

    /// <summary>The number of a surrogate, and the value that stands for the object.</summary>
    Surrogate,
    False,
    True,
    Byte,
    SByte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Decimal,
    Char,
    String,

    /// <summary>A string that is not well-formed, in UTF-16.</summary>
    RawString,
    DateTime,
    DateTimeOffset,
    TimeSpan,
    Guid,
    Type,

    /// <summary>Type, value in 8 bytes.</summary>
    Enum,

    /// <summary>Kind of number, count, the numbers in little endian.</summary>
    NumberArray,

    /// <summary>Type of an element, rank, lengths, elements.</summary>
    Array,

    /// <summary>Type, count, items.</summary>
    Sequence,

    /// <summary>Type, count, keys and values in turn.</summary>
    Map,

    /// <summary>Type, message, stack trace, inner exception, fields.</summary>
    Exception,

    /// <summary>Type, fields.</summary>
    Object,
}
