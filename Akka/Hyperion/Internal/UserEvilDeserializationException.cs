namespace Hyperion.Internal;

/// <summary>The bytes name a type that the type filter does not allow.</summary>
public class UserEvilDeserializationException : EvilDeserializationException
{
    internal UserEvilDeserializationException(string message, string typeString)
        : base(message, typeString)
    {
    }
}
