using ActorEtcd.Host.Cli;

if (args is ["bench", .. string[] benchArgs])
{
    return await BenchCommand.RunAsync(benchArgs);
}

Console.Error.WriteLine("actor-etcd: not wired yet");
return 1;
