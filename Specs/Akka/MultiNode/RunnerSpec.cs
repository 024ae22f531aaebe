using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Akka.MultiNode.TestAdapter.Internal;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ActorEtcd.Specs.Akka.MultiNode;

/// <summary>What the runner of tests on several nodes says of nodes that fail, and that it leaves none behind.</summary>
[Collection(ProcessCollection.Name)]
public class RunnerSpec
{
    [Fact]
    public async Task Failing_node_fails_the_test_with_its_log_and_the_others_do_not_wait_for_it()
    {
        var start = Stopwatch.GetTimestamp();
        var failure = await RunAsync(nameof(FailingNodes.One_node_fails));

        Assert.Contains(FailingNodes.Complaint, failure, StringComparison.Ordinal);
        Assert.Matches(@"MULTINODE_SEED=(\d+) [\s\S]*of seed \1", failure);
        Assert.Contains("node 2 (bad) ended with 1", failure, StringComparison.Ordinal);
        Assert.Contains("node bad was lost", failure, StringComparison.Ordinal);

        // At the barrier where nobody comes they would have waited for longer.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMinutes, 0, 5);
    }

    [Fact]
    public async Task Node_that_hangs_is_killed_when_the_time_is_up()
    {
        var failure = await RunAsync(nameof(FailingNodes.One_node_hangs));

        Assert.Contains("node 2 (bad) did not end", failure, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string method)
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(FailingNodes).Assembly));
        var testClass = new TestClass(new TestCollection(assembly, null, "failing"), Reflector.Wrap(typeof(FailingNodes)));
        var testMethod = new TestMethod(testClass, Reflector.Wrap(typeof(FailingNodes).GetMethod(method)!));
        using var bus = new RecordingBus();
        var testCase = new MultiNodeTestCase(
            new NullMessageSink(), TestMethodDisplay.Method, TestMethodDisplayOptions.None, testMethod);
        Assert.Equal(["good", "bad"], testCase.Nodes.Select(node => node.Role));

        using var cancellation = new CancellationTokenSource();
        var summary = await testCase.RunAsync(new NullMessageSink(), bus, [], new ExceptionAggregator(), cancellation);

        Assert.Equal((1, 1), (summary.Total, summary.Failed));
        return string.Join('\n', Assert.Single(bus.Failures).Messages);
    }

    private sealed class RecordingBus : IMessageBus
    {
        public List<ITestFailed> Failures { get; } = [];

        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (message is ITestFailed failed)
            {
                Failures.Add(failed);
            }

            return true;
        }

        public void Dispose()
        {
        }
    }
}
