namespace Hyperion.Format;

/// <summary>The first byte of every type.</summary>
internal enum TypeTag : byte
{
    /// <summary>One of <see cref="BuiltInTypes"/>, by its number.</summary>
    BuiltIn,

    /// <summary>One of the known types that both sides share, by its number.</summary>
    Known,

    /// <summary>A type that came before, by its number.</summary>
    Earlier,

    /// <summary>Rank, 0 for an ordinary array, and the type of an element.</summary>
    Array,

    /// <summary>Definition, count, arguments.</summary>
    Generic,

    /// <summary>Full name and assembly.</summary>
    Named,
}
