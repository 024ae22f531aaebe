namespace Akka.Serialization;

/// <summary>
/// Tells the types that all nodes know, in the same order. It has a constructor without parameters, or one that takes the
/// actor system.
/// </summary>
public interface IKnownTypesProvider
{
    IEnumerable<Type> GetKnownTypes();
}
