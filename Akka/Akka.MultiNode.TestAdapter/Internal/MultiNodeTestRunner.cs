using System.Diagnostics;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>Runs the nodes of a test in place of its method, and reports as xunit does.</summary>
internal sealed class MultiNodeTestRunner : XunitTestRunner
{
    private readonly MultiNodeTestCase _testCase;

    public MultiNodeTestRunner(
        MultiNodeTestCase testCase,
        ITest test,
        IMessageBus messageBus,
        Type testClass,
        MethodInfo testMethod,
        string skipReason,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
        : base(test, messageBus, testClass, [], testMethod, [], skipReason, [], aggregator, cancellationTokenSource)
    {
        _testCase = testCase;
    }

    protected override async Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator)
    {
        var start = Stopwatch.GetTimestamp();
        var output = string.Empty;
        await aggregator.RunAsync(async () =>
        {
            using var run = new NodeRun(_testCase);
            try
            {
                await run.RunAsync(CancellationTokenSource.Token).ConfigureAwait(false);
            }
            finally
            {
                output = run.Output;
            }
        }).ConfigureAwait(false);
        return Tuple.Create((decimal)Stopwatch.GetElapsedTime(start).TotalSeconds, output);
    }
}
