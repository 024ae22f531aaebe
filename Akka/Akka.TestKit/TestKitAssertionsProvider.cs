using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Holds the assertions of the test framework in use.</summary>
public class TestKitAssertionsProvider : IExtension
{
    public TestKitAssertionsProvider(ITestKitAssertions assertions)
    {
        Assertions = assertions;
    }

    public ITestKitAssertions Assertions { get; }
}
