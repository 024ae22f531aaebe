namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>The class of the test does not say how its nodes are configured.</summary>
public class TestConfigurationException : Exception
{
    public TestConfigurationException(Type type)
        : this(type, null)
    {
    }

    public TestConfigurationException(Type type, Exception innerException)
        : base($"[{type}] or one of its bases needs a constructor that takes a MultiNodeConfig of the test", innerException)
    {
    }
}
