/* Entry point of the console's program. */

import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { queryClient } from "./ui/api.ts";
import { keepLanguage } from "../ui/language.client.ts";
import { App } from "./frame/app.tsx";

keepLanguage();
createRoot(document.getElementById("app") as HTMLElement).render(
  <QueryClientProvider client={queryClient}>
    <App />
  </QueryClientProvider>,
);
