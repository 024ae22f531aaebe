namespace Akka.Remote.TestKit;

/// <summary>What happens around the test on each node.</summary>
public interface IMultiNodeSpecCallbacks
{
    void MultiNodeSpecBeforeAll();

    void MultiNodeSpecAfterAll();
}
