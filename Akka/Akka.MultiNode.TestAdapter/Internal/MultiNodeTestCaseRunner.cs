using Xunit.Sdk;

namespace Akka.MultiNode.TestAdapter.Internal;

internal sealed class MultiNodeTestCaseRunner : XunitTestCaseRunner
{
    public MultiNodeTestCaseRunner(
        MultiNodeTestCase testCase,
        IMessageBus messageBus,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
        : base(
            testCase,
            testCase.DisplayName,
            testCase.SkipReason,
            constructorArguments: [],
            testCase.TestMethodArguments,
            messageBus,
            aggregator,
            cancellationTokenSource)
    {
    }

    protected override Task<RunSummary> RunTestAsync() => new MultiNodeTestRunner(
        (MultiNodeTestCase)TestCase,
        CreateTest(TestCase, DisplayName),
        MessageBus,
        TestClass,
        TestMethod,
        SkipReason,
        Aggregator,
        CancellationTokenSource).RunAsync();
}
