namespace Akka.TestKit;

/// <summary>A test kit with this marker does not become the implicit sender of what the test thread tells.</summary>
public interface INoImplicitSender
{
}
