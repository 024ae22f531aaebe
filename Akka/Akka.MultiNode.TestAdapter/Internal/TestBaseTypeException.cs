namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>The class of the test is no <see cref="Remote.TestKit.MultiNodeSpec"/>.</summary>
public class TestBaseTypeException : Exception
{
    public TestBaseTypeException()
        : base("A class with a MultiNodeFact must derive from MultiNodeSpec")
    {
    }
}
