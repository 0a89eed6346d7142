import { keepLanguage } from "../ui/language.client.ts";

/* Pages without a script of their own. */

keepLanguage();
