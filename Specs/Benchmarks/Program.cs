using ActorEtcd.Specs.Benchmarks;

if (args is ["akka", .. var rest])
{
    await AkkaBenchmarks.Run(rest);
    return 0;
}

Console.Error.WriteLine("usage: dotnet run --project Specs/Benchmarks -c Release -- akka [local-tell|local-ask|one-way|ping-pong-1|ping-pong-250]...");
return 1;
