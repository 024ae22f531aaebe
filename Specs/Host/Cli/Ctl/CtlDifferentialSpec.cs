using System.Globalization;
using System.Text;
using ActorEtcd.Specs.Conformance;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>The real etcdctl and ours, each against a real etcd: call by call they write the same and exit with the same code.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CtlDifferentialSpec(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_call_writes_what_etcdctl_writes()
    {
        await using CtlSide real = await CtlSide.StartAsync(isOurs: false);
        await using CtlSide ours = await CtlSide.StartAsync(isOurs: true);
        var differences = new StringBuilder();
        int calls = 0;
        foreach (EtcdctlCase call in EtcdctlCase.Parse(CtlScript.Text + "\n" + EtcdctlScript.Text))
        {
            // What a killed etcdctl leaves behind: ours ends in order here.
            if (call.ToString() is "get locks/2 --prefix -w fields" or "elect elections/1 -l")
            {
                continue;
            }

            calls++;
            string[] said = await Task.WhenAll(real.RunAsync(call), ours.RunAsync(call));
            if (said[0] != said[1])
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"--- etcdctl {call}\nexpected {said[0]}\nactual   {said[1]}");
            }
        }

        output.WriteLine($"{calls} calls");
        Assert.True(differences.Length == 0, differences.ToString());
    }
}
