Console.Error.WriteLine("actor-etcd: not wired yet");
return 1;
