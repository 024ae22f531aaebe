namespace Akka.Annotations;

[AttributeUsage(AttributeTargets.All, AllowMultiple = false, Inherited = true)]
public sealed class InternalApiAttribute : Attribute
{
}
