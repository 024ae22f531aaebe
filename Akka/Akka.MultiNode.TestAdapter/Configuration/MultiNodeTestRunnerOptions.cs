using System.Net;

namespace Akka.MultiNode.TestAdapter.Configuration;

/// <summary>Where nodes listen and where their logs go: <c>xunit.multinode.runner.json</c> beside the test assembly.</summary>
public class MultiNodeTestRunnerOptions
{
    public static MultiNodeTestRunnerOptions Default { get; } = new();

    /// <summary>Logs of the nodes, a folder for each test that failed.</summary>
    public string OutputDirectory { get; set; } = "TestResults";

    public string FailedSpecsDirectory { get; set; } = "FAILED_SPECS_LOGS";

    /// <summary>The address on which the conductor and the nodes listen.</summary>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary>The conductor's port; 0 for a free one.</summary>
    public int ListenPort { get; set; }

    public IPAddress ListenIpAddress => IPAddress.Parse(ListenAddress);
}
