using System.Security;

namespace Hyperion.Internal;

/// <summary>The bytes name a type that is never to be made from bytes.</summary>
public class EvilDeserializationException : SecurityException
{
    internal EvilDeserializationException(string message, string typeString)
        : base($"{message}: {typeString}")
        => BadTypeString = typeString;

    public string BadTypeString { get; }
}
